from django.urls import path

from chat import events, views

urlpatterns = [
    path("chats/", views.chats, name="chats"),
    path("characters/<uslug:slug>/chat/", views.start, name="chat-start"),
    path("stories/<uslug:slug>/play/", views.play, name="story-play"),
    path("chats/<pid:public_id>/", views.chat, name="chat"),
    path("chats/<pid:public_id>/send/", views.send, name="chat-send"),
    path("chats/<pid:public_id>/photo/", views.photo, name="chat-photo"),
    path("chats/<pid:public_id>/stop/", views.stop, name="chat-stop"),
    path("chats/<pid:public_id>/retry/", views.retry, name="chat-retry"),
    path("chats/<pid:public_id>/greeting/", views.greeting, name="chat-greeting"),
    path("chats/<pid:public_id>/updates/", views.chat_updates, name="chat-updates"),
    path("events/chats/<pid:public_id>/", events.chat_events, name="chat-events"),
]
